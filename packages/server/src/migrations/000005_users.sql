-- Users, their email addresses and their passwords.

create table users (
  environment_id uuid not null references environments on delete cascade,
  id uuid not null,
  username text,
  external_id text,
  banned_at timestamptz,
  ban_reason text,
  ban_expires_at timestamptz,
  public_metadata jsonb not null default '{}',
  private_metadata jsonb not null default '{}',
  unsafe_metadata jsonb not null default '{}',
  created_at timestamptz not null default instant(),
  updated_at timestamptz not null default instant(),
  primary key (environment_id, id)
);
create unique index users_username on users (environment_id, lower(username));
create unique index users_external_id on users (environment_id, external_id);
-- The order of every list; it carries a page without touching the rows that are skipped.
create index users_newest on users (environment_id, created_at desc, id desc);
create index users_banned on users (environment_id, created_at desc, id desc) where banned_at is not null;
create index users_username_part on users using gin (lower(username) gin_trgm_ops);
create index users_external_id_part on users using gin (lower(external_id) gin_trgm_ops);

create table user_emails (
  environment_id uuid not null,
  user_id uuid not null,
  -- As the person wrote it; compared in lower case.
  email text not null,
  is_primary boolean not null,
  verified_at timestamptz,
  created_at timestamptz not null default instant(),
  primary key (environment_id, user_id, email),
  foreign key (environment_id, user_id) references users on delete cascade
);
-- text_pattern_ops serves equality and «begins with» under every collation.
create unique index user_emails_email on user_emails (environment_id, lower(email) text_pattern_ops);
create unique index user_emails_primary on user_emails (environment_id, user_id) where is_primary;
create index user_emails_part on user_emails using gin (lower(email) gin_trgm_ops);

create table user_passwords (
  environment_id uuid not null,
  user_id uuid not null,
  hash text not null,
  updated_at timestamptz not null default instant(),
  primary key (environment_id, user_id),
  foreign key (environment_id, user_id) references users on delete cascade
);

select protect('users'), protect('user_emails'), protect('user_passwords'), keep_count('users');

-- The ids of the users of this environment of whom an address, the username or the external id
-- contains a text (for fewer than three characters: begins with it). It runs as the owner because
-- row-level security would keep the planner from using a trigram index for a comparison that is not
-- leak-proof; the wall is the environment in its own condition, taken from the setting and from
-- nowhere else.
create function search_users(part text) returns setof uuid
  language plpgsql stable security definer set search_path = claviger, public, pg_temp
as $$
declare
  escaped text := replace(replace(replace(lower(part), '\', '\\'), '%', '\%'), '_', '\_');
  pattern text := case when length(part) < 3 then escaped || '%' else '%' || escaped || '%' end;
begin
  return query
    select u.id from users u
      where u.environment_id = current_environment() and lower(u.username) like pattern
    union
    select u.id from users u
      where u.environment_id = current_environment() and lower(u.external_id) like pattern
    union
    select m.user_id from user_emails m
      where m.environment_id = current_environment() and lower(m.email) like pattern;
end
$$;
revoke all on function search_users from public;
grant execute on function search_users to claviger_app;
