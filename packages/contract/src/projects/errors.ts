import { defineErrors } from '../define/index.js'

export const projectErrors = defineErrors({
  project_not_found: { status: 404, title: 'Project not found', detail: 'Project not found' },
  project_slug_taken: {
    status: 409,
    title: 'Slug taken',
    detail: 'Another project has the slug {slug}. A deleted project keeps its slug until it is purged.',
  },
  project_is_default: {
    status: 409,
    title: 'Default project',
    detail: 'The default project cannot be deleted. Make another project the default first.',
  },
  project_not_deleted: {
    status: 409,
    title: 'Project not deleted',
    detail: 'The project is not deleted, so there is nothing to recover.',
  },
  project_purging: {
    status: 409,
    title: 'Project being purged',
    detail: 'The project is being removed for good and cannot be recovered.',
  },
  confirmation_mismatch: {
    status: 400,
    title: 'Not confirmed',
    detail: 'What is removed for good must be confirmed: send `confirm` as “{confirmation}”.',
  },
})
