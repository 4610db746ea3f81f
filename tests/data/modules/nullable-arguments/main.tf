module "child" {
  source = "./child"
  soft   = null
  hard   = null
}

output "values" {
  value = module.child.values
}
