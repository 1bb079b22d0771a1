-- Projects and their environments: the level above identity data, so without the environment
-- in their own keys. Every other table hangs below environments.

create table projects (
  id uuid primary key,
  slug text not null check (slug = lower(slug)),
  name text not null,
  is_default boolean not null default false,
  created_at timestamptz not null default instant(),
  updated_at timestamptz not null default instant(),
  deleted_at timestamptz
);
-- A deleted project keeps its slug until it is gone for good, so that it can be recovered.
create unique index projects_slug on projects (slug);
create unique index projects_default on projects (is_default) where is_default;

create table environments (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  name text not null check (name in ('live', 'test')),
  -- Only what differs from the defaults in the code, so that a better default reaches everyone.
  settings jsonb not null default '{}',
  created_at timestamptz not null default instant(),
  updated_at timestamptz not null default instant(),
  unique (project_id, name)
);

alter table environments enable row level security;
-- Which environments there are is no secret inside the server; changing one needs to be in it.
create policy environments_read on environments for select to claviger_app using (true);
create policy environments_write on environments for update to claviger_app
  using (id = current_environment()) with check (id = current_environment());

grant select on projects to claviger_app;
grant select, update (settings, updated_at) on environments to claviger_app;

-- This installation. The fingerprint tells at start whether the master key is the one that sealed the data.
create table instance (
  is_only boolean primary key default true check (is_only),
  seal_fingerprint text not null,
  created_at timestamptz not null default instant()
);
