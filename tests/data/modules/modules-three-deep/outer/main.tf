variable "name" {}

module "middle" {
  source = "./middle"
  for_each = toset(["eu", "us"])
  name   = "${var.name}-${each.key}"
}

output "label" {
  value = { for region, middle in module.middle : region => middle.label }
}
