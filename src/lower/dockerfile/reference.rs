//! The images that an instruction names: in `FROM`, in `COPY --from`, in the mounts of `RUN`.
//!
//! Knows which words can only be a build context of a name (`--build-context`), and no registry.

use super::image;
use super::object::Object;
use crate::lower::pieces::text_of;
use crate::model::Value;
use crate::model::official_images::is_official;
use crate::source::Span;

/// The image that `from` names where it is no stage, `{image, registry, repository, tag, digest, stage, is_scratch}`.
/// `stage` is what was found of a stage of that name: unknown where there may be one.
pub(super) fn copied_from(from: &Value, stage: Option<&Value>, span: Span) -> Option<Value> {
    if stage.is_some_and(|stage| !stage.is_unknown()) || from.is_null() || is_context(from) {
        return None;
    }
    let mut object = Object::new(span);
    object.set("image", from.clone()).set_or_null("written", None);
    image::describe(&mut object, from, span);
    object.set_or_null("stage", stage.cloned()).bool("is_scratch", false);
    Some(object.value(from.origin.span))
}

/// Whether a name that is no stage's can only be that of a build context: Docker Hub has no image without a
/// namespace but its official ones. A number is that of a stage.
fn is_context(from: &Value) -> bool {
    let text = text_of(from);
    let (known, whole) = (text.text(), text.is_known());
    whole && !known.contains(['/', ':', '@']) && !is_official(known)
}
