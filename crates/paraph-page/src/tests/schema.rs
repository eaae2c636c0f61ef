//! Types of the brief inside the page's own: a reference to the schema that the brief's crate writes and holds.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

macro_rules! of_the_brief {
    ($($name:ident),+ $(,)?) => {$(
        pub(crate) struct $name;

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "$ref": concat!("#/components/schemas/", stringify!($name)) })
            }
        }
    )+};
}

of_the_brief!(Cell, Deals, Explanation, Issue, Party, Scenario, Statement);
