import { defineErrors } from '../define/index.js'

export const projectErrors = defineErrors({
  project_not_found: { status: 404, title: 'Project not found', detail: 'Project not found' },
})
