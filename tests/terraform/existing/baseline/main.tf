variable "name" { type = string }
variable "expires" {
  type    = bool
  default = false
}

module "bucket_baseline" {
  count   = 1
  source  = "../bucket"
  name    = var.name
  expires = var.expires
}

output "id" { value = module.bucket_baseline[0].id }
