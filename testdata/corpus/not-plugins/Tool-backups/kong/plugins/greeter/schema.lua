-- Tool-backups/kong/plugins/greeter/schema.lua
return { name = "x", fields = {} }
