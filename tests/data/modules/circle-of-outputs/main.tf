module "a" {
  source = "./pass"
  in     = module.b.out
}

module "b" {
  source = "./pass"
  in     = module.a.out
}
