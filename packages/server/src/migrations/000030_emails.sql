-- Mails to users. The table is its own queue: a mail is written in the transaction that it tells of, and whoever
-- delivers holds it by a lease that time takes back, so that a node that dies delays a mail by two minutes.

create table emails (
  environment_id uuid not null references environments on delete cascade,
  id uuid not null,
  kind text not null,
  to_address text not null,
  -- Sealed, because it carries links that sign people in; erased once the mail is sent.
  content_sealed bytea,
  status text not null default 'queued' check (status in ('queued', 'sent', 'failed', 'kept')),
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default instant(),
  claimed_until timestamptz,
  last_error text,
  created_at timestamptz not null default instant(),
  sent_at timestamptz,
  primary key (environment_id, id),
  check ((status = 'sent') = (sent_at is not null)),
  check ((status = 'sent') = (content_sealed is null))
);
create index emails_newest on emails (environment_id, created_at desc, id desc);
create index emails_to on emails (environment_id, lower(to_address), created_at desc, id desc);
create index emails_queued on emails (next_attempt_at) where status = 'queued';

select protect('emails'), keep_count('emails');

-- Hands out mails that are due, in every environment, to one deliverer each. The number of the attempt tells a
-- deliverer whose lease is over from the one that came after it.
create function claim_emails(emails_max integer, lease_seconds integer)
  returns table (environment_id uuid, id uuid, to_address text, content_sealed bytea, attempts integer)
  language sql security definer set search_path = claviger, pg_temp
as $$
  update emails e set attempts = e.attempts + 1, claimed_until = instant() + lease_seconds * interval '1 second'
  from (
    select d.environment_id, d.id from emails d
    where d.status = 'queued' and d.next_attempt_at <= instant()
      and (d.claimed_until is null or d.claimed_until <= instant())
    order by d.next_attempt_at limit emails_max for update skip locked
  ) as due
  where e.environment_id = due.environment_id and e.id = due.id
  returning e.environment_id, e.id, e.to_address, e.content_sealed, e.attempts
$$;
revoke all on function claim_emails from public;
grant execute on function claim_emails to claviger_app;
