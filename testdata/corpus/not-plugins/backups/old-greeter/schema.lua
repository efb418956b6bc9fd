-- backups/old-greeter/schema.lua
return { name = "x", fields = {} }
