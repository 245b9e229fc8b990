"""What training shows: objects and lines in whole cells, cells that know where in an object they are, what is left out."""

from __future__ import annotations

import hashlib
import itertools
import random
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from layoutgen.renderer.draft.vocabulary import motif_of
from layoutgen.renderer.mini.things import KINDS, ObjectKind
from layoutgen.renderer.mini.training import batches, phrasing, train_planner, train_vision
from layoutgen.renderer.mini.training.models import make_planner
from layoutgen.renderer.mini.training.posters import FACES, HELD_OUT_FACE, random_poster
from layoutgen.renderer.mini.training.samples import Sample, conditions_of, make_sample
from layoutgen.renderer.mini.training.snap_to_cells import TOKEN, snap_to_cells
from layoutgen.renderer.mini.training.tokenizer import make_processor
from layoutgen.typeset.catalogue import understand
from tests.mini.test_decoder_training import conditions_with_words, prepared


def crowded_sample() -> Sample:
    return next(sample for seed in range(40) if (sample := make_sample(seed, crowded=True)) is not None)


def test_objects_fill_whole_cells_of_the_plan_about_where_they_were() -> None:
    count = 0
    for seed in range(16):
        before = conditions_of(random_poster(seed, crowded=True), seed)
        if before is None or (moved := snap_to_cells(before)) is None:
            continue
        for old, new in zip(before.objects, moved[0].objects, strict=True):
            left, top, width, height = new.box
            assert width == height
            assert not any(value % TOKEN for value in new.box)
            assert left + width <= before.canvas.width
            assert top + height <= before.canvas.height
            side = min(old.box[2:])
            assert max(TOKEN, side - TOKEN) <= width <= max(TOKEN, 1.25 * side)
            for start, new_start in ((0, left), (1, top)):
                assert abs(old.box[start] + old.box[start + 2] / 2 - new_start - width / 2) <= TOKEN
            count += 1
    assert count > 20


def test_a_cell_knows_its_object_and_where_in_it_it_lies() -> None:
    sample = crowded_sample()
    rows, columns = train_vision.grids(sample.picture)[0]
    cells = train_vision.cells_of([sample], random.Random(0))
    own = slice(0, rows * columns)
    classes, places = cells.classes[own].view(rows, columns), cells.places[own].view(rows, columns, 2)
    lettered = classes == 1
    for item in sample.conditions.objects:
        left, top, side, _ = (value // TOKEN for value in item.box)
        inside = (slice(top, top + side), slice(left, left + side))
        free = ~lettered[inside]
        assert len(classes[inside][free].unique()) <= 1
        assert (classes[inside][free] > 1).all()
        expected = (torch.arange(side) + 0.5) / side * 2 - 1
        assert torch.allclose(places[inside][..., 0], expected[:, None].expand(side, side), atol=1e-5)
        assert torch.allclose(places[inside][..., 1], expected[None].expand(side, side), atol=1e-5)
    assert (classes > 1).sum() > 0


def test_a_cell_with_letters_knows_their_face_whatever_it_is_called() -> None:
    face_names = set()
    for sample in itertools.islice(filter(None, map(make_sample, itertools.count(100))), 20):
        face_names |= {glyph.style.lettering.face for glyph in sample.conditions.glyphs}
        cells = train_vision.cells_of([sample], random.Random(0))
        assert torch.equal(cells.faces > 0, cells.classes == 1)
    assert len(face_names) > len(FACES)


@pytest.mark.parametrize("name", [name for name, _ in FACES])
def test_a_face_put_in_other_words_is_the_same_face_and_never_the_one_held_out(name: str) -> None:
    genres = {understand(words).genre.name for words in phrasing.face_descriptions(name)}
    assert genres == {understand(name).genre.name}
    assert understand(HELD_OUT_FACE[0]).genre.name not in genres


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_an_object_put_in_other_words_is_still_drawn_as_what_it_is(kind: ObjectKind) -> None:
    rng = random.Random(kind.name)
    for name in kind.names:
        descriptions = {phrasing.object_description(rng, name) for _ in range(40)}
        assert len(descriptions) > 5
        assert {motif.name for words in descriptions if (motif := motif_of(words))} == {motif_of(name).name}, descriptions


def test_a_good_part_of_the_training_is_worded_freely() -> None:
    plain = {f"{article}{name}" for kind in KINDS for name in kind.names for article in ("", "a ", "an ")}
    descriptions = [
        thing.description
        for seed in range(60)
        if (conditions := conditions_of(random_poster(seed, crowded=seed % 2 == 0), seed))
        for thing in conditions.objects
    ]
    assert len(descriptions) > 80
    assert 0.15 < sum(words not in plain for words in descriptions) / len(descriptions) < 0.5


def test_what_is_measured_is_worded_plainly() -> None:
    """Figures of one training can be held against another's: held-out posters are those they always were."""
    text = "".join(random_poster(seed, held_out=True) for seed in range(40))
    assert "palette" not in text
    assert "never" not in text
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "32b3668328300dc2"


def test_glyphs_and_plan_are_left_out_alone_and_together() -> None:
    poster = prepared(conditions_with_words())
    rng = random.Random(0)
    lettered = (0, 0, poster.latents.shape[1] // 2, poster.latents.shape[2] // 2)
    batch = batches.batch_of([(poster, lettered)] * 400, rng, 20)
    no_glyphs, no_plan = ~batch.known.any(1), batch.no_plan
    shares = [float(part.float().mean()) for part in (no_glyphs & ~no_plan, no_plan & ~no_glyphs, no_glyphs & no_plan)]
    assert all(abs(share - expected) < 0.03 for share, expected in zip(shares, (0.04, 0.04, 0.06), strict=True))
    still = batches.batch_of([(poster, lettered)] * 50, rng, 20, learn=False)
    assert still.known.any(1).all()
    assert not still.no_plan.any()


def test_a_planner_reads_wrong_cells_and_wants_the_right_ones() -> None:
    row = prepared(conditions_with_words())
    processor = make_processor([row.prompt] * 5)
    planner = make_planner(processor.tokenizer)
    parts = SimpleNamespace(processor=processor, vision_language_encoder=planner, pad=processor.tokenizer.pad_token_id)
    read = train_planner.prompt_reader(parts)
    clean = train_planner.batch_of([row] * 12, read, parts.pad)
    noisy = train_planner.batch_of([row] * 12, read, parts.pad, np.random.default_rng(0))
    cells = clean.targets.shape[1]
    assert torch.equal(noisy.targets, clean.targets)
    assert torch.equal(clean.ids[:, -cells:], clean.targets)
    assert torch.equal(noisy.ids[:, :-cells], clean.ids[:, :-cells])
    wrong = (noisy.ids[:, -cells:] != noisy.targets).float().mean(1)
    assert float(wrong.min()) == 0
    assert 0.15 < float(wrong.max()) < 0.3
