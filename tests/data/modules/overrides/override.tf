variable "size" {
  default = "medium"
}

locals {
  colour = "green"
}
