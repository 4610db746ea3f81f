//! Which provider a resource is of.
//!
//! Owns the sources that `required_providers` gives. A provider that only shares its name with a known one has no
//! schema here.

use crate::schema::{self, Family, TypeSchema};
use crate::syntax::hcl::{Block, Expr, ExprKind};
use ecow::EcoString;

/// Where Terraform and OpenTofu find the providers that the table has, by name.
const NAMESPACES: [(&str, &str); 3] =
    [("cloudflare", "cloudflare"), ("databricks", "databricks"), ("github", "integrations")];

/// The provider `google-beta` has the types of `google`, and some more.
pub(super) const SAME: (&str, &str) = ("google-beta", "google");

/// What the schemas know of the provider of a resource.
#[derive(Clone, Copy, Debug)]
pub(super) struct Provider {
    /// The provider.
    pub family: Family,
    /// The type, where some release has it.
    pub ty: Option<TypeSchema>,
}

/// Returns what is known of the provider of a resource, whose type has `prefix` in front (`data.`), in a module with such
/// `terraform` blocks; nothing of a private one, or one that the table has not.
pub(super) fn of(settings: &[Block], prefix: &str, type_name: &str, block: &Block) -> Option<Provider> {
    let own = type_name.split('_').next().unwrap_or_default();
    let family = schema::family(own)?;
    let asked = block.body.attribute("provider").map(|attribute| &attribute.value);
    let local = asked.and_then(first_name).unwrap_or_else(|| own.into());
    if !is_of(family, &local, source(settings, &local)) {
        return None;
    }
    let ty = match prefix {
        "" => schema::terraform(type_name),
        "data." => schema::terraform(&format!("data.{type_name}")),
        _ => return None,
    };
    Some(Provider { family, ty })
}

/// Whether a provider with a local name and a source is the one that the table has.
pub(super) fn is_of(family: Family, local: &str, source: Option<&str>) -> bool {
    let name = family.name();
    let is_named = |given: &str| given == name || (given, name) == SAME;
    let Some(source) = source else { return is_named(local) };
    let mut parts = source.rsplit('/');
    let (given, namespace) = (parts.next().unwrap_or_default(), parts.next());
    let official = NAMESPACES.iter().find(|(provider, _)| *provider == name).map(|(_, namespace)| *namespace);
    let is_official = |namespace: &str| ["hashicorp", "opentofu"].contains(&namespace) || Some(namespace) == official;
    is_named(given) && namespace.is_none_or(is_official)
}

/// `aws` of `aws.west` or `"aws.west"`.
fn first_name(expr: &Expr) -> Option<EcoString> {
    match &expr.kind {
        ExprKind::Root(name) => Some(name.clone()),
        ExprKind::Attribute(base, _) | ExprKind::Index(base, _) => first_name(base),
        ExprKind::String(text) => text.split('.').next().map(EcoString::from),
        _ => None,
    }
}

/// What a module says of a provider by its local name.
pub(super) fn required<'m>(settings: &'m [Block], local: &'m str) -> impl Iterator<Item = &'m Expr> {
    let blocks = settings.iter().flat_map(|settings| settings.body.blocks_of("required_providers"));
    blocks.filter_map(move |block| block.body.attribute(local)).map(|attribute| &attribute.value)
}

/// The source that a module gives for a local name.
pub(super) fn source<'m>(settings: &'m [Block], local: &'m str) -> Option<&'m str> {
    required(settings, local).find_map(|expr| member(expr, "source"))
}

/// The text of a member of an object.
pub(super) fn member<'e>(expr: &'e Expr, name: &str) -> Option<&'e str> {
    let ExprKind::Object(items) = &expr.kind else { return None };
    let is_named = |key: &Expr| match &key.kind {
        ExprKind::Root(key) | ExprKind::String(key) => key == name,
        _ => false,
    };
    items.iter().find(|item| is_named(&item.key)).and_then(|item| text(&item.value))
}

/// The text that an expression is.
pub(super) fn text(expr: &Expr) -> Option<&str> {
    if let ExprKind::String(text) = &expr.kind { Some(text) } else { None }
}
