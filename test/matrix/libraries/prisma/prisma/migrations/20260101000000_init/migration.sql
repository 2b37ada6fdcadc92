-- CreateTable
CREATE TABLE "lists" ("id" SERIAL NOT NULL, "name" TEXT NOT NULL, CONSTRAINT "lists_pkey" PRIMARY KEY ("id"));
-- CreateTable
CREATE TABLE "items" ("id" SERIAL NOT NULL, "title" TEXT NOT NULL, "done" BOOLEAN NOT NULL DEFAULT false, "list_id" INTEGER NOT NULL, CONSTRAINT "items_pkey" PRIMARY KEY ("id"));
-- CreateTable
CREATE TABLE "tags" ("id" SERIAL NOT NULL, "label" TEXT NOT NULL, CONSTRAINT "tags_pkey" PRIMARY KEY ("id"));
-- CreateTable
CREATE TABLE "item_tags" ("item_id" INTEGER NOT NULL, "tag_id" INTEGER NOT NULL, CONSTRAINT "item_tags_pkey" PRIMARY KEY ("item_id","tag_id"));
-- CreateIndex
CREATE UNIQUE INDEX "tags_label_key" ON "tags"("label");
-- AddForeignKey
ALTER TABLE "items" ADD CONSTRAINT "items_list_id_fkey" FOREIGN KEY ("list_id") REFERENCES "lists"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "item_tags" ADD CONSTRAINT "item_tags_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "items"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "item_tags" ADD CONSTRAINT "item_tags_tag_id_fkey" FOREIGN KEY ("tag_id") REFERENCES "tags"("id") ON DELETE CASCADE ON UPDATE CASCADE;
