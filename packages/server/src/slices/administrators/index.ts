export { createOperatorAuthenticator, operatorTokenPrefix } from './operator.js'
