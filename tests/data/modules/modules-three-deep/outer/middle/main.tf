variable "name" {}

module "inner" {
  source = "../../shared"
  count  = 2
  name   = "${var.name}-${count.index}"
}

output "label" {
  value = module.inner[*].label
}
