"""Reading pictures and judging them: are the words on it the words that were asked for?"""

from layoutgen.base.disk_cache import Cache
from layoutgen.check.calibration import calibrate, default_cache
from layoutgen.check.detector import Detector, open_detector
from layoutgen.check.judge import judge
from layoutgen.check.picture import check_picture
from layoutgen.check.read import read
from layoutgen.check.reader import RapidReader, Reader, open_reader

__all__ = [
    "Cache", "Detector", "RapidReader", "Reader", "calibrate", "check_picture", "default_cache", "judge", "open_detector",
    "open_reader", "read",
]  # fmt: skip
