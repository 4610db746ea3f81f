variable "service" {
  type = object({
    name = string
    port = optional(number, 443)
    tls = optional(object({
      enabled = optional(bool, true)
      issuer  = optional(string)
    }), {})
  })
  default = { name = "web", port = null }
}

variable "services" {
  type = map(object({ name = optional(string, "none"), labels = optional(map(string)) }))
}

output "service" {
  value = var.service
}

output "services" {
  value = var.services
}
