module "child" {
  source = "./child"
  ports  = ["80", 443]
  tags   = { a = 1, b = true }
  names  = ["b", "a", "b"]
}

output "child" {
  value = module.child.all
}
