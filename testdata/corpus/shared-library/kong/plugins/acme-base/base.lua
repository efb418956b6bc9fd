-- kong/plugins/acme-base/base.lua
return {}
