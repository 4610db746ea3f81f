# Which names lead to what: records of DNS, and what takes requests for a host. Sources: the documentation of each
# resource of the providers.

resource_policy "aws_route53_record|google_dns_record_set|cloudflare_record|cloudflare_dns_record" "record" {
  filter = contains(["A", "AAAA", "CNAME"], attrs.type)
  locals {
    # Names of a private zone are known in its networks only.
    zones = concat(
      referents("google_dns_managed_zone", attrs.managed_zone),
      attrs.managed_zone == null ? [] : getresources("google_dns_managed_zone", { name = attrs.managed_zone }),
    )
    is_private = (
      anytrue([for zone in local.zones : zone.visibility == "private"])
      || anytrue([for zone in referents("aws_route53_zone", attrs.zone_id) : length(coalesce(zone.vpc, [])) > 0])
    )
  }
  edge "reaches" {
    from      = "internet"
    condition = !local.is_private
    message   = "the name is in public DNS"
    at        = attrs.name
    technique = "T1590.002"
  }
  edge "reaches" {
    to        = "host ${trimsuffix(attrs.name, ".")}"
    condition = attrs.name != null
    message   = "the record stands for the host"
    at        = attrs.name
    technique = "T1590.002"
  }
}
