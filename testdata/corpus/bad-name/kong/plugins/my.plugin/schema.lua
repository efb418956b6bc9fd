-- kong/plugins/my.plugin/schema.lua
return { name = "x", fields = {} }
