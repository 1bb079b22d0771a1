import { defineErrors } from '../define/index.js'

export const memberErrors = defineErrors({
  membership_not_found: {
    status: 404,
    title: 'Membership not found',
    detail: 'The user is not a member of this organization',
  },
  already_member: {
    status: 409,
    title: 'Already a member',
    detail: 'The user is a member of this organization already.',
  },
  last_owner: {
    status: 409,
    title: 'Last owner',
    detail: 'This is the only owner of the organization. Make another member an owner first.',
  },
  member_limit_reached: {
    status: 403,
    title: 'Member limit reached',
    detail:
      'The organization has {membersMax} members and pending invitations, the most this environment allows.',
  },
  role_required: {
    status: 403,
    title: 'Role required',
    detail: 'This needs the role {role} in the organization.',
  },
})
