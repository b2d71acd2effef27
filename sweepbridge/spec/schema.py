"""The JSON Schema of a sweep config, for editors: made from the model, never written by hand."""

from __future__ import annotations

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from sweepbridge.space import Json
from sweepbridge.spec.config import SweepConfig

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Json]:
    """The JSON Schema (draft 2020-12) of a sweep config. It knows each key; rules between keys are not in it."""
    schema = SweepConfig.model_json_schema(schema_generator=_AnyForm)
    return {"$schema": DIALECT, **schema, "required": ["method", "parameters"]}


class _AnyForm(GenerateJsonSchema):
    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        """The forms of a parameter as `anyOf`: whole bounds without a distribution fit two of them."""
        union = super().tagged_union_schema(schema)
        if "oneOf" in union:
            union["anyOf"] = union.pop("oneOf")
        return union
