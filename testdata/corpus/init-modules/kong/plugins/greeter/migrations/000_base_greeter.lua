-- kong/plugins/greeter/migrations/000_base_greeter.lua
return { postgres = { up = "" } }
