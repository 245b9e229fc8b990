"""Objects and taste: an honest note without weights; the real classes, tiny and at random, with them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from layoutgen.base.model import Box
from layoutgen.check import check_picture, open_reader
from layoutgen.check.aesthetics import ClipAesthetics, best_looking, open_aesthetics
from layoutgen.check.detector import (
    Detection,
    OpenVocabularyDetector,
    find_objects,
    in_place,
    known_objects,
    open_detector,
    unchecked_objects,
)
from layoutgen.check.model import Verdict
from layoutgen.cli.result_text import verdict_lines
from layoutgen.conditions.model import Conditions, ObjectCondition
from layoutgen.diagnostics import PosterError
from layoutgen.loop.typeset_fallback import typeset_fallback
from layoutgen.renderers import DrawnObject
from layoutgen.retry.faults import faults
from tests.check.factories import conditions, drawn, slogan

CAT = ObjectCondition(id="cat", description="a ginger tabby cat", box=(60, 700, 300, 400))


def with_cat(**more: Any) -> Conditions:
    return conditions(slogan("header.1", "SUMMER SALE", (54, 60, 972, 200), 130), objects=(CAT,), **more)


class Seeing:
    """Finds what it is given, where it is given."""

    name = "seeing"

    def __init__(self, *boxes: Box) -> None:
        self._boxes = boxes

    def detect(self, image: Image.Image, descriptions: Sequence[str]) -> tuple[tuple[Detection, ...], ...]:
        return tuple(tuple(Detection(box=box, score=0.9) for box in self._boxes) for _ in descriptions)


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LAYOUTGEN_DETECTOR", raising=False)
    monkeypatch.delenv("LAYOUTGEN_AESTHETICS", raising=False)


def test_without_a_detector_the_verdict_says_so_and_nothing_else_changes() -> None:
    there = with_cat()
    picture = drawn(there)
    _, verdict = check_picture(picture, there)
    _, plain = check_picture(picture, there.model_copy(update={"objects": ()}))
    (note,) = verdict.warnings
    assert "Objects were not looked at" in note
    assert plain == verdict.model_copy(update={"warnings": (), "objects": ()})
    assert verdict.passed
    assert [(item.id, item.status, item.passed) for item in verdict.objects] == [("cat", "unchecked", True)]


def test_what_the_renderer_knows_is_said_where_nobody_looks() -> None:
    there = with_cat()
    picture = drawn(there)
    known = (DrawnObject("cat", "stand-in", "tiger"),)
    _, verdict = check_picture(picture, there, drawn=known)
    (cat,) = verdict.objects
    assert (cat.status, cat.drawn_as, cat.found, cat.passed) == ("stand-in", "tiger", True, True)
    assert verdict.passed
    assert verdict.warnings == ()
    assert json.loads(verdict.model_dump_json())["objects"][0]["as"] == "tiger"
    assert Verdict.model_validate_json(verdict.model_dump_json()) == verdict
    _, verdict = check_picture(picture, there, drawn=(DrawnObject("cat", "missing"),))
    assert verdict.status == "failed"
    assert verdict.reasons == (f"`cat` is not drawn: the renderer has no picture of `{there.objects[0].description}`.",)
    assert [fault.kind for fault in faults(verdict, there)] == ["undrawn"]
    _, verdict = check_picture(picture, there, detector=Seeing((100, 800, 200, 250)), drawn=(DrawnObject("cat", "missing"),))
    assert verdict.objects[0].status == "drawn"  # who looks knows better


@pytest.mark.parametrize(
    ("boxes", "found", "reasons"),
    [
        ([(100, 800, 200, 250)], (100, 800, 200, 250), ()),
        ([(700, 100, 200, 200), (100, 800, 200, 250)], (100, 800, 200, 250), ()),
        ([(700, 800, 200, 250)], (700, 800, 200, 250), ("`cat` is not where it should be.",)),
        ([], None, ("`cat` was not found on the picture.",)),
    ],
)
def test_an_object_missing_or_elsewhere_makes_it_fail(boxes: list[Box], found: Box | None, reasons: tuple[str, ...]) -> None:
    there = with_cat()
    _, verdict = check_picture(drawn(there), there, detector=Seeing(*boxes))
    (cat,) = verdict.objects
    assert (cat.id, cat.found, cat.passed, cat.box) == ("cat", found is not None, not reasons, found)
    assert (cat.reason,) == (reasons or ("",))
    assert verdict.reasons == reasons
    assert verdict.passed == (not reasons)
    assert verdict.status == ("failed" if reasons else "passed")
    assert verdict.warnings == ()
    assert all(item.passed for item in verdict.slogans)
    assert Verdict.model_validate_json(verdict.model_dump_json()) == verdict
    lines = verdict_lines(verdict, only_trouble=True)
    assert lines == [f"  failed    {'cat':<20} object: {reason}" for reason in reasons]


def test_verdicts_of_older_records_have_no_objects() -> None:
    assert Verdict.model_validate({"status": "passed", "passed": True, "score": 1.0, "slogans": []}).objects == ()


def test_an_object_may_stand_a_quarter_of_its_box_outside() -> None:
    assert in_place(CAT, (0, 700, 0, 100))
    assert not in_place(CAT, (-30, 700, 0, 100))
    tall = CAT.model_copy(update={"box": (100, 450, 800, 100)})
    assert not in_place(tall, (480, 200, 40, 40))
    assert in_place(tall.model_copy(update={"rotation": 90.0}), (480, 200, 40, 40))


def test_places_follow_the_picture_size() -> None:
    there, half = with_cat(), Image.new("RGB", (540, 675))
    (cat,) = find_objects(half, there, Seeing((50, 400, 100, 120)))
    assert cat.passed
    assert cat.box == (100, 800, 200, 240)
    assert not find_objects(half, there, Seeing((400, 100, 100, 120)))[0].passed


def test_typesetting_does_not_hide_an_object_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    there = with_cat()
    monkeypatch.setattr("layoutgen.check.picture.open_detector", lambda: Seeing((100, 800, 200, 250)))
    picture = Image.new("RGB", (1080, 1350), "white")
    _, before = check_picture(picture, there)
    assert typeset_fallback(picture, there, ("header.1",), before, open_reader()).verdict.passed
    monkeypatch.setattr("layoutgen.check.picture.open_detector", Seeing)
    result = typeset_fallback(picture, there, ("header.1",), before, open_reader())
    assert all(item.passed for item in result.verdict.slogans)
    assert result.verdict.reasons == ("`cat` was not found on the picture.",)
    assert not result.verdict.passed


def test_no_objects_no_note() -> None:
    there = conditions(slogan("header.1", "SUMMER SALE", (54, 60, 972, 200), 130))
    assert unchecked_objects(known_objects(there)) == ()
    _, verdict = check_picture(drawn(there), there, detector=Seeing())
    assert verdict.passed
    assert verdict.objects == ()


def test_what_cannot_be_opened_is_told_and_never_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = with_cat()
    monkeypatch.setenv("LAYOUTGEN_DETECTOR", str(tmp_path / "none"))
    with pytest.raises(PosterError) as error:
        check_picture(drawn(there), there)
    assert error.value.diagnostics[0].code == "LG678"
    assert error.value.exit_code == 4
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(PosterError, match="LG678"):
        OpenVocabularyDetector(tmp_path).detect(Image.new("RGB", (64, 64)), ["a cat"])


def test_the_environment_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_detector() is None
    assert open_aesthetics() is None
    monkeypatch.setenv("LAYOUTGEN_DETECTOR", "google/owlv2-base-patch16-ensemble")
    monkeypatch.setenv("LAYOUTGEN_AESTHETICS", "openai/clip-vit-base-patch32")
    detector, aesthetics = open_detector(), open_aesthetics()
    assert detector is not None
    assert detector.name.startswith("google/owlv2-base-patch16-ensemble, transformers ")
    assert aesthetics is not None


WORDS = "a b c d e f g h i j k l m n o p q r s t u v w x y z . , cat dog tabby poster picture".split()


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tiny checkpoints of the real classes, as `save_pretrained` writes them, their weights at random."""
    folder = tmp_path_factory.mktemp("checkpoints")
    _save_owl(folder / "owlv2")
    _save_dino(folder / "grounding-dino")
    _save_clip(folder / "clip")
    return folder


def _clip_tokenizer() -> Any:
    from transformers import CLIPTokenizer

    # As in the real one, no text starts with token 0: OWLv2 takes that for padding.
    tokens = ["!", *WORDS[:28], *(f"{letter}</w>" for letter in WORDS[:28]), "<|startoftext|>", "<|endoftext|>"]
    return CLIPTokenizer(vocab={token: number for number, token in enumerate(tokens)}, merges=[], model_max_length=16)


SMALL = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}


def _save_owl(folder: Path) -> None:
    import torch
    from transformers import Owlv2Config, Owlv2ForObjectDetection, Owlv2ImageProcessor, Owlv2Processor

    torch.manual_seed(0)
    text = {**SMALL, "vocab_size": 64, "max_position_embeddings": 16, "bos_token_id": 57, "eos_token_id": 58, "pad_token_id": 0}
    config = Owlv2Config(text_config=text, vision_config={**SMALL, "image_size": 64, "patch_size": 16}, projection_dim=16)
    Owlv2ForObjectDetection(config).save_pretrained(folder)
    images = Owlv2ImageProcessor(size={"height": 64, "width": 64})
    Owlv2Processor(image_processor=images, tokenizer=_clip_tokenizer()).save_pretrained(folder)


def _save_dino(folder: Path) -> None:
    import torch
    from transformers import (
        BertTokenizer,
        GroundingDinoConfig,
        GroundingDinoForObjectDetection,
        GroundingDinoImageProcessor,
        GroundingDinoProcessor,
    )

    torch.manual_seed(0)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, "?"]
    tokenizer = BertTokenizer(vocab={token: number for number, token in enumerate(vocabulary)})
    config = GroundingDinoConfig(
        backbone_config={
            "model_type": "swin", "embed_dim": 8, "depths": [1, 1, 1, 1], "num_heads": [1, 1, 1, 1], "window_size": 4,
            "out_features": ["stage2", "stage3", "stage4"], "image_size": 64,
        },
        text_config={"model_type": "bert", **SMALL, "vocab_size": len(vocabulary), "max_position_embeddings": 64},
        d_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=2, decoder_attention_heads=2,
        encoder_ffn_dim=32, decoder_ffn_dim=32, num_queries=20, num_feature_levels=4, max_text_len=64,
    )  # fmt: skip
    GroundingDinoForObjectDetection(config).save_pretrained(folder)
    images = GroundingDinoImageProcessor(size={"height": 128, "width": 128})
    GroundingDinoProcessor(image_processor=images, tokenizer=tokenizer).save_pretrained(folder)


def _save_clip(folder: Path) -> None:
    import torch
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPProcessor

    torch.manual_seed(0)
    text = {**SMALL, "vocab_size": 64, "max_position_embeddings": 16, "bos_token_id": 57, "eos_token_id": 58, "pad_token_id": 0}
    config = CLIPConfig(text_config=text, vision_config={**SMALL, "image_size": 32, "patch_size": 16}, projection_dim=16)
    CLIPModel(config).save_pretrained(folder)
    images = CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    CLIPProcessor(image_processor=images, tokenizer=_clip_tokenizer()).save_pretrained(folder)


@pytest.mark.parametrize("name", ["owlv2", "grounding-dino"])
def test_the_real_classes(checkpoints: Path, name: str) -> None:
    detector = OpenVocabularyDetector(checkpoints / name, threshold=0.0)
    picture = Image.effect_noise((120, 80), 60).convert("RGB")
    cats, dogs = detector.detect(picture, ["a tabby cat.", "a dog"])
    assert cats
    assert dogs
    assert [item.score for item in cats] == sorted((item.score for item in cats), reverse=True)
    assert all(0 <= item.score <= 1 for item in (*cats, *dogs))
    assert detector.detect(picture, ["a tabby cat."]) == (cats,)
    assert OpenVocabularyDetector(checkpoints / name, threshold=1.0).detect(picture, ["a dog"]) == ((),)
    (cat,) = find_objects(picture, with_cat(), detector)
    assert cat.found
    assert cat.reason in ("", "`cat` is not where it should be.")


def test_taste(checkpoints: Path) -> None:
    clip = ClipAesthetics(checkpoints / "clip")
    pictures = [Image.new("RGB", (64, 64), color) for color in ("white", "red", "black")]
    scores = clip.score(pictures)
    assert len(scores) == 3
    assert all(0 <= score <= 1 for score in scores)
    assert clip.score(pictures[1:2])[0] == pytest.approx(scores[1], abs=1e-4)
    assert best_looking(pictures, clip) == (max(range(3), key=lambda index: scores[index]), "")
    index, note = best_looking(pictures, None)
    assert index == 0
    assert "nothing that judges looks is set" in note
    assert best_looking(pictures[:1], None) == (0, "")
