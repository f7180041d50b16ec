"""How the commands find and load models."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bridge.commands.options import AUTO_MODEL
from bridge.engine.model import Model
from bridge.live.model_swap import LoadedModel, ModelLoader

if TYPE_CHECKING:
    from bridge.engine.streaming import StreamingModel

# The model that plays unless told otherwise, in 8 bits and in 32.
TWINS: Final = ("duo-int8", "duo")


def loader(provider: str) -> ModelLoader:
    """A loader of models by name (or, for the first one only, by folder).

    The first call comes from the command line and may name a folder; later ones come from the network and may only
    name a model that is listed.
    """
    from bridge.engine.folders import find_model, find_model_by_name

    find: list[Callable[[str], Path]] = [find_model]

    def load(name: str) -> LoadedModel:
        if name == AUTO_MODEL:
            find.clear()
            return load_faster(provider)
        folder = (find.pop() if find else find_model_by_name)(name)
        return load_folder(folder, provider)

    return load


def load_faster(provider: str = "auto") -> LoadedModel:
    """The shipped model in 8 bits or in 32, whichever is faster here, or is there.

    Eight bits are a third of the bytes and as good in bits per note, but some processors have no products for them.
    Raises ModelError where neither is to be had.
    """
    from bridge.engine.errors import ModelError
    from bridge.engine.folders import find_model_by_name
    from bridge.engine.streaming import StreamingModel

    timed: list[tuple[float, StreamingModel]] = []
    refusal: ModelError | None = None
    for name in TWINS:
        try:
            model = StreamingModel.load(find_model_by_name(name), provider=provider)
            timed.append((model.time_a_note(), model))
        except ModelError as error:
            refusal = error
    if not timed:
        assert refusal is not None
        raise refusal
    fastest = min(timed, key=lambda pair: pair[0])[1]
    return LoadedModel(fastest, fastest.manifest.digest)


def load_folder(folder: Path, provider: str = "auto") -> LoadedModel:
    """Try out, check, load and warm up the model in `folder`. Raises ModelError with the reason when it is refused."""
    from bridge.engine.streaming import StreamingModel
    from bridge.live.model_trial import try_folder

    try_folder(folder, provider)
    model = StreamingModel.load(folder, provider=provider)
    model.warm_up()
    return LoadedModel(model, model.manifest.digest)


def load_reader(name: str, provider: str = "cpu") -> StreamingModel:
    """Load a model by name or folder, for a command that reads whole pieces to it."""
    from bridge.engine.folders import find_model
    from bridge.engine.streaming import StreamingModel
    from bridge.live.model_trial import try_folder

    folder = find_model(name)
    try_folder(folder, provider)
    return StreamingModel.load(folder, provider=provider)


def load_recorded(name: str, digest: str, folder: str | None) -> StreamingModel:
    """The model of a recorded session, from `folder` or from where its name is found.

    Raises ValueError where it is another than the one that was recorded.
    """
    from bridge.engine.folders import find_model, find_model_by_name
    from bridge.engine.streaming import StreamingModel
    from bridge.live.model_trial import try_folder

    if not digest:
        raise ValueError(f"this session was recorded with {name!r}, a stand-in that knows no music")
    # What a log names is a name, never a path: a log may be anybody's.
    place = find_model(folder) if folder else find_model_by_name(name)
    try_folder(place, "cpu")
    model = StreamingModel.load(place, provider="cpu")
    if model.manifest.digest != digest:
        raise ValueError(
            f"model {name!r} is not the one that was recorded (sha256 {model.manifest.digest[:12]}, recorded "
            f"{digest[:12]}): give the folder of that one with --model"
        )
    return model


def load_model(name: str, provider: str = "auto") -> Model:
    """Load a model by name or folder, for a command that plays nothing live."""
    from bridge.engine.folders import find_model

    return load_folder(find_model(name), provider).model
