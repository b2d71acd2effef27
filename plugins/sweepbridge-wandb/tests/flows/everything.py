"""Whatever a run may log, save and ask beside its metric."""

from pathlib import Path

import numpy as np
import wandb

wandb.login()
run = wandb.init(project="everything", entity="me", name="a name", group="g", job_type="train", tags=["x"], notes="n")
wandb.config.update({"swept": -1}, allow_val_change=True)
wandb.config.mine = 3
wandb.define_metric("epoch")
wandb.define_metric("val/*", step_metric="epoch")
wandb.define_metric("loss", summary="min")
Path("saved.txt").write_text("hello")
Path("deep").mkdir(exist_ok=True)
Path("deep/saved.bin").write_bytes(b"1" * 1000)
wandb.save("saved.txt")
wandb.save("deep/*", base_path=".", policy="now")
for epoch in range(3):
    wandb.log({"epoch": epoch, "val/acc": epoch / 3}, commit=False)
    wandb.log({"loss": wandb.config.swept / (epoch + 1), "hist": wandb.Histogram(np.arange(100))})
table = wandb.Table(columns=["a", "b"], data=[[1, 2], [3, 4]])
wandb.log({"image": wandb.Image(np.zeros((8, 8, 3), dtype=np.uint8), caption="c"), "table": table}, step=10)
wandb.log({"bar": wandb.plot.bar(wandb.Table(columns=["l", "v"], data=[["a", 1]]), "l", "v"), "h": wandb.Html("<b>")})
wandb.log({"nan": float("nan"), "inf": float("inf"), "np": np.float32(0.5), "arr": np.arange(3), "no": None, "s": "s"})
wandb.run.summary["best"] = 1
run.summary.update({"deep": {"er": 1}})
wandb.alert(title="title", text="text")
artifact = wandb.Artifact("model", "model", description="d", metadata={"k": 1})
artifact.add_file("saved.txt")
logged = run.log_artifact(artifact, aliases=["best"])
logged.wait()
run.link_artifact(artifact, "collection")
assert Path(run.use_artifact("model:latest").download(), "saved.txt").read_text() == "hello"
assert Path(run.use_artifact("collection:latest").download(), "saved.txt").read_text() == "hello"
run.link_artifact(artifact, "elsewhere/collection")
pictures = wandb.Table(columns=["picture"], data=[[wandb.Image(np.zeros((8, 8, 3), dtype=np.uint8))]])
wandb.log({"pictures": pictures})
album = wandb.Artifact("album", "album")
album.add(pictures, "pictures")  # it refers to what was logged, by the client's own id of it
run.log_artifact(album).wait()
if hasattr(run, "link_model"):
    run.link_model("saved.txt", registered_model_name="registered")
mine = wandb.Api().run(f"{run.entity}/{run.project}/{run.id}")
found = wandb.Api().artifact(f"{run.entity}/{run.project}/model:latest")
found.aliases.append("checked")
found.metadata["checked"] = True
found.save()
assert {"model", "album"} <= {one.name.partition(":")[0] for one in mine.logged_artifacts()}
mine.tags.append("checked")
mine.update()
assert run.project in [project.name for project in wandb.Api().projects()]
assert wandb.Api().run(f"{run.entity}/{run.project}/{run.id}").id == run.id
wandb.run.name = "another name"
print(run.id, run.name, run.url, run.dir, run.sweep_id)
wandb.finish()
