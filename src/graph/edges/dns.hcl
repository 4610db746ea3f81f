# Which names lead to what: records of DNS, and what takes requests for a host. Sources: the documentation of each resource
# of the providers.

resource_policy "aws_route53_record|google_dns_record_set|cloudflare_record|cloudflare_dns_record" "record" {
  filter = contains(["A", "AAAA", "CNAME"], attrs.type)
  edge "reaches" {
    from      = "internet"
    message   = "the name is in public DNS"
    at        = attrs.name
    technique = "T1590.002"
  }
  edge "reaches" {
    to        = "host ${trimsuffix(attrs.name, ".")}"
    condition = attrs.name != null
    message   = "the record stands for the host"
    at        = attrs.name
  }
}
