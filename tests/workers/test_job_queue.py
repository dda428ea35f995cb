"""Files that describe jobs: what is submitted of them, and what is wrong with them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from moalloy.errors import InputError, MachineError, ProblemFileError
from moalloy.spec.cluster import read_cluster
from moalloy.workers import in_order
from moalloy.workers.job_queue import JobQueue, job_script, started

pytest.importorskip("dask_jobqueue")

SLURM = """\
kind: slurm
workers: 3
cores: 4
memory: 8GB
walltime: "02:00:00"
queue: long
account: alloys
job_extra_directives: [--exclusive, --nice=100]
job_script_prologue: source .venv/bin/activate
"""
# The script is gone as soon as it is submitted, so it is copied as SLURM does.
SBATCH = """\
#!/bin/sh
cp "$1" "$0.job"
bash "$0.job" >/dev/null 2>&1 &
echo "Submitted batch job $!"
"""
SCANCEL = """\
#!/bin/sh
kill "$@"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "jobs.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def threads_of(shared: str, item: int) -> tuple[str, int]:
    """Return what the worker was told of threads."""
    return os.environ[shared], item


def test_a_slurm_job_asks_for_what_the_file_says(tmp_path: Path) -> None:
    lines = job_script(read_cluster(written(tmp_path, SLURM))).splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    assert {line for line in lines if line.startswith("#SBATCH")} == {
        "#SBATCH -J moalloy",
        "#SBATCH -p long",
        "#SBATCH -A alloys",
        "#SBATCH -n 1",
        "#SBATCH --cpus-per-task=4",
        "#SBATCH --mem=8G",
        "#SBATCH -t 02:00:00",
        "#SBATCH --exclusive",
        "#SBATCH --nice=100",
    }


def test_a_worker_has_one_thread_before_python_starts(tmp_path: Path) -> None:
    lines = [line for line in job_script(read_cluster(written(tmp_path, SLURM))).splitlines() if line]
    command = next(i for i, line in enumerate(lines) if "dask_worker" in line)
    assert lines.index("export OMP_NUM_THREADS=1") < command
    assert lines.index("source .venv/bin/activate") < command
    assert "--nthreads 1 " in lines[command]
    assert "--nworkers 4 " in lines[command]


@pytest.mark.parametrize(("kind", "directive"), [("pbs", "#PBS -q long"), ("sge", "#$ -q long")])
def test_other_batch_systems_have_their_own_words(kind: str, directive: str) -> None:
    assert directive in job_script(JobQueue(kind, 1, 2, "4GB", {"queue": "long"})).splitlines()


def test_a_setting_that_a_batch_system_does_not_know_is_bad_input() -> None:
    with pytest.raises(InputError, match=r"can't make slurm jobs of this: .*'colour'"):
        job_script(JobQueue("slurm", 1, 2, "4GB", {"colour": "red"}))


def test_all_faults_of_a_file_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    text = "kind: slrum\nworker: 3\ncores: 0\nmemory: 8GB\nwalltime: 02:00:00\n"
    with pytest.raises(ProblemFileError) as caught:
        read_cluster(written(tmp_path, text))
    told = "\n".join(str(fault) for fault in caught.value.faults)
    assert "jobs.yaml:1: kind: " in told
    assert "Did you mean 'slurm'?" in told
    assert "jobs.yaml:2: worker: unknown key 'worker'" in told
    assert "Did you mean 'workers'?" in told
    assert "jobs.yaml:3: cores: " in told
    assert "jobs.yaml:5: walltime: " in told
    assert "is missing" not in told


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProblemFileError, match="the key 'memory' is missing"):
        read_cluster(written(tmp_path, "kind: pbs\nworkers: 1\ncores: 1\n"))


@pytest.mark.parametrize("text", ["", "- slurm\n", "slurm\n"])
def test_what_describes_no_jobs_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ProblemFileError, match=r"doesn't describe a cluster; expected a mapping with kind"):
        read_cluster(written(tmp_path, text))


def test_a_missing_file_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        read_cluster(tmp_path / "jobs.yaml")


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_jobs_are_submitted_and_do_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    with started(JobQueue("slurm", 1, 1, "1GB", {"interface": "lo"})) as cluster:
        assert list(in_order(cluster, threads_of, "OMP_NUM_THREADS", [7, 8])) == [("1", 7), ("1", 8)]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_machine_without_the_batch_system_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with (
        pytest.raises(MachineError, match="sbatch isn't here"),
        started(JobQueue("slurm", 1, 1, "1GB", {"interface": "lo"})),
    ):
        pytest.fail("there is no SLURM here")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("memory: -4GB", "memory: found the text '-4GB'; expected a size such as 16GB"),
        ("memory: lots", "memory: found the text 'lots'; expected a size such as 16GB"),
        ("walltime: banana", "walltime: found the text 'banana'; expected a time such as \"04:00:00\""),
    ],
)
def test_sizes_and_times_that_are_none_are_named_with_their_line(
    tmp_path: Path, line: str, words: str
) -> None:
    key = line.partition(":")[0]
    text = "kind: slurm\nworkers: 1\ncores: 1\n" + ("" if key == "memory" else "memory: 4GB\n") + line + "\n"
    with pytest.raises(ProblemFileError) as caught:
        read_cluster(written(tmp_path, text))
    (fault,) = caught.value.faults
    assert words in str(fault)


def test_a_list_with_a_wrong_entry_is_told_of_that_entry_alone(tmp_path: Path) -> None:
    text = "kind: slurm\nworkers: 1\ncores: 1\nmemory: 4GB\njob_script_prologue: [1]\n"
    with pytest.raises(ProblemFileError) as caught:
        read_cluster(written(tmp_path, text))
    assert len(caught.value.faults) == 1


def test_a_key_of_other_batch_systems_is_named_with_the_one_to_take() -> None:
    with pytest.raises(InputError, match="they know no 'account'; take project in its place"):
        job_script(JobQueue("lsf", 1, 2, "4GB", {"account": "alloys", "use_stdin": True}))
