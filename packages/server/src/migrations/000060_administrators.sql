-- Administrators are users of an environment that belongs to the instance itself, so that signing in, refreshing,
-- second factors and the rest exist once. What makes a user of it an administrator stands here.

create table administrators (
  environment_id uuid not null,
  user_id uuid not null,
  name text,
  role text not null check (role in ('instance_admin', 'tenant_admin')),
  -- Null until the invitation is accepted: until then it gives no right.
  joined_at timestamptz,
  created_at timestamptz not null default instant(),
  updated_at timestamptz not null default instant(),
  primary key (environment_id, user_id),
  foreign key (environment_id, user_id) references users on delete cascade
);
create index administrators_newest on administrators (environment_id, created_at desc, user_id desc);

-- What a tenant_admin administers. The project belongs to nobody's environment, so it is referred to alone.
create table administrator_projects (
  environment_id uuid not null,
  user_id uuid not null,
  project_id uuid not null references projects on delete cascade,
  primary key (environment_id, user_id, project_id),
  foreign key (environment_id, user_id) references administrators on delete cascade
);
create index administrator_projects_of_project on administrator_projects (project_id);

select protect('administrators'), protect('administrator_projects');

-- The project of the instance is in no list and cannot be read, changed or removed by id: for the server it is not
-- there. Its environment is found by its fixed id.
alter policy projects_read on projects using (id <> '00000000-0000-7000-8000-000000000000');

-- What happens in the environment of the instance happens to the instance, and is told there.
alter policy instance_events_above on instance_events
  using (current_environment() is null
         or current_environment() = '00000000-0000-7000-8000-000000000001')
  with check (current_environment() is null
              or current_environment() = '00000000-0000-7000-8000-000000000001');
