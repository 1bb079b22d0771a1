import { defineErrors } from '../define/index.js'

export const organizationErrors = defineErrors({
  organization_not_found: { status: 404, title: 'Organization not found', detail: 'Organization not found' },
  organization_slug_taken: {
    status: 409,
    title: 'Slug taken',
    detail: 'Another organization of this environment has the slug {slug}.',
  },
})
