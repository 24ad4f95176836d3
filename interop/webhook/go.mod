module webhook

go 1.26

require (
	github.com/hashicorp/go-bexpr v0.1.14
	k8s.io/apimachinery v0.33.3
)

require (
	github.com/mitchellh/mapstructure v1.4.1 // indirect
	github.com/mitchellh/pointerstructure v1.2.1 // indirect
)
