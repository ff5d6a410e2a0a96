import Sqlite from "better-sqlite3";

const [source, target, table, columns] = process.argv
  .slice(2)
  .map((argument) => argument.replace(/^sqlite:/, ""));
const db = new Sqlite(target!);
db.prepare("ATTACH ? AS source").run(source);
db.exec(`INSERT INTO main."${table}" SELECT ${columns} FROM source."${table}"`);
db.close();
