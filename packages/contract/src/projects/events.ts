import { defineEvents, Wrapped } from '../define/index.js'
import { Project } from './schemas.js'

const data = Wrapped('project', Project)

export const projectEvents = defineEvents({
  'project.created': { summary: 'A project was created, with its environments.', data },
  'project.updated': { summary: 'Fields of a project changed.', data },
  'project.deleted': { summary: 'A project was deleted; it can be recovered.', data },
  'project.recovered': { summary: 'A deleted project is back, with everything in it.', data },
  'project.purge_requested': { summary: 'The removal of a project for good was confirmed.', data },
  'project.purged': { summary: 'A project and everything in it is gone for good.', data },
})
