/** The settings that the stand-in knows, with Kong's defaults; without one a setting is absent. */
export const KNOWN_SETTINGS = {
  prefix: '/usr/local/kong/',
  log_level: 'notice',
  proxy_error_log: 'logs/error.log',
  proxy_listen: '0.0.0.0:8000',
  admin_listen: '127.0.0.1:8001',
  status_listen: '127.0.0.1:8007',
  cluster_listen: '0.0.0.0:8005',
  cluster_control_plane: '127.0.0.1:8005',
  nginx_user: 'kong kong',
  nginx_worker_processes: 'auto',
  nginx_daemon: 'on',
  lua_package_path: './?.lua;./?/init.lua;',
  plugins: 'bundled',
  role: 'traditional',
  database: 'postgres',
  pg_host: '127.0.0.1',
  pg_port: '5432',
  pg_user: 'kong',
  pg_password: undefined,
  // Names the JSON file that stands for the database.
  pg_database: 'kong',
  declarative_config: undefined,
  enforce_rbac: 'off',
  // The token of the first administrator, as the enterprise edition takes it.
  password: undefined,
};

const CHOICES = {
  database: ['postgres', 'off'],
  role: ['traditional', 'control_plane', 'data_plane'],
  nginx_daemon: ['on', 'off'],
};

/** What `kong check` looks at: settings, never plugins. */
export function checkSettings(settings) {
  for (const [key, allowed] of Object.entries(CHOICES))
    if (!allowed.includes(settings[key]))
      throw new Error(`${key} has an invalid value: '${settings[key]}' (${allowed.join(', ')})`);
  if (settings.role === 'data_plane' && settings.database !== 'off')
    throw new Error('only in-memory storage can be used when role = "data_plane"');
  if (settings.role === 'control_plane' && settings.database === 'off')
    throw new Error('in-memory storage can not be used when role = "control_plane"');
}
