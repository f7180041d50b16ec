"""How the commands find and load models."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bridge.engine.model import Model
from bridge.live.model_swap import LoadedModel, ModelLoader


def loader(provider: str) -> ModelLoader:
    """A loader of models by name (or, for the first one only, by folder).

    The first call comes from the command line and may name a folder; later ones come from the network and may only
    name a model that is listed.
    """
    from bridge.engine.folders import find_model, find_model_by_name

    find: list[Callable[[str], Path]] = [find_model]

    def load(name: str) -> LoadedModel:
        folder = (find.pop() if find else find_model_by_name)(name)
        return load_folder(folder, provider)

    return load


def load_folder(folder: Path, provider: str = "auto") -> LoadedModel:
    """Check, load and warm up the model in `folder`. Raises ModelError with the reason when it is refused."""
    from bridge.engine.streaming import StreamingModel

    model = StreamingModel.load(folder, provider=provider)
    model.warm_up()
    return LoadedModel(model, model.manifest.digest)


def load_model(name: str, provider: str = "auto") -> Model:
    """Load a model by name or folder, for a command that plays nothing live."""
    from bridge.engine.folders import find_model

    return load_folder(find_model(name), provider).model
