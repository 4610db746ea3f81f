module "outer" {
  source = "./outer"
  name   = "shop"
}

output "label" {
  value = module.outer.label
}
