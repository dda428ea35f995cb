"""What people look at after a run: figures and the HTML report. Both read a run folder and nothing else."""
