-- alpha/kong/plugins/alpha/schema.lua
return { name = "alpha", fields = {} }
