"""An SQLite file and a query → rows. The file is opened so that nothing in it can be changed."""

from __future__ import annotations

import sqlite3

from layoutgen.campaign.data.objects import mappings_of
from layoutgen.campaign.data.table import RowFile, Table, data_error, table_of_mappings


def read_database(file: RowFile) -> Table:
    """The rows that `file.query` selects. LG815, LG901."""
    path, name = file.path, file.name
    if not file.query:
        hint = 'say which rows: --query "SELECT sku, price FROM offers"'
        raise data_error("LG815", f"`{name}` is a database", hint, file=name)
    if path is None or not path.is_file():
        raise data_error("LG901", f"`{path}`: there is no such file", "check the name and the folder")
    try:
        with sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True) as connection:
            cursor = connection.execute(file.query)
            if cursor.description is None:
                hint = 'it begins with SELECT: --query "SELECT * FROM offers"'
                raise data_error("LG815", "the query gives no rows", hint, file=name)
            return table_of_mappings(mappings_of(cursor, name), name)
    except sqlite3.Error as error:
        raise data_error("LG815", f"the query cannot be run: {error}", "try it in `sqlite3`", file=name) from None
