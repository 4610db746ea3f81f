module "maybe" {
  source = "./maybe"
  count  = var.enabled ? 1 : 0
}

variable "enabled" {
  default = false
}

output "name" {
  value = one(module.maybe[*].name)
}

output "length" {
  value = length(module.maybe)
}
