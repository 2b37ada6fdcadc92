import { DataTypes, Sequelize } from 'sequelize'

export const sequelize = new Sequelize(process.env.DATABASE_URL, {
  dialect: 'postgres',
  logging: false,
  pool: { max: 2, min: 0 },
  define: { underscored: true, timestamps: false },
})

const text = () => ({ type: DataTypes.TEXT, allowNull: false })
const whole = () => ({ type: DataTypes.INTEGER, allowNull: false })

export const Project = sequelize.define('project', { name: text(), position: whole() })
export const Note = sequelize.define('note', {
  title: text(),
  body: text(),
  views: { ...whole(), defaultValue: 0 },
  created_at: DataTypes.DATE,
})
export const Tag = sequelize.define('tag', { name: text() })
export const Settings = sequelize.define('settings', { page_size: whole(), theme: text() })

Project.hasMany(Note, { foreignKey: 'project_id' })
Note.belongsTo(Project, { foreignKey: 'project_id' })
Note.hasMany(Tag, { foreignKey: 'note_id' })
Tag.belongsTo(Note, { foreignKey: 'note_id' })
