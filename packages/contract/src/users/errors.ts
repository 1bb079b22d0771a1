import { defineErrors } from '../define/index.js'

export const userErrors = defineErrors({
  user_not_found: { status: 404, title: 'User not found', detail: 'User not found' },
  email_taken: {
    status: 409,
    title: 'Email address taken',
    detail: 'Another user of this environment has the email address {email}.',
  },
  username_taken: {
    status: 409,
    title: 'Username taken',
    detail: 'Another user of this environment has the username {username}.',
  },
  phone_number_taken: {
    status: 409,
    title: 'Phone number taken',
    detail: 'Another user of this environment has the phone number {phoneNumber}.',
  },
  external_id_taken: {
    status: 409,
    title: 'External id taken',
    detail: 'Another user of this environment has the external id {externalId}.',
  },
  user_has_no_email: {
    status: 409,
    title: 'No email address',
    detail: 'The user has no email address to send a link to. Send `sendEmail` as false for a new password.',
  },
  metadata_too_large: {
    status: 400,
    title: 'Metadata too large',
    detail: 'The bucket {bucket} is larger than {sizeBytesMax} bytes of JSON.',
  },
})
