-- What a user is to the product, in words of the product's own: it gives no power over Claviger.

alter table users add column role text not null default 'user' check (char_length(role) between 1 and 64);

-- Nearly everybody is a plain user, so only the others are worth finding by their role.
create index users_of_role on users (environment_id, role, created_at desc, id desc) where role <> 'user';
