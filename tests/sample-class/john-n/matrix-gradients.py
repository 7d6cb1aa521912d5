# Ableitung des Quadrats, für alle Größen
import torch
