variable "ports" {
  type = set(number)
}

variable "tags" {
  type = map(string)
}

variable "names" {
  type = set(string)
}

output "all" {
  value = { ports = var.ports, tags = var.tags, names = var.names, first = sort(var.names)[0] }
}
