# Run in this directory: gnuplot phases.gp
set terminal svg size 900,540 noenhanced background rgb '#ffffff' font 'Helvetica,13'
set output 'phases.svg'
set datafile separator comma
set title 'Where the time of a recovery goes' font ',16' noenhanced
set label 1 'plots/phases.csv   |   run wal-recovery-20261122T180146Z   |   medians of 11 rounds, bars: 95 % interval' at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced
set border 3 linecolor rgb '#888888'
set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1
set tics nomirror out textcolor rgb '#222222'
set lmargin at screen 0.105
set key title 'codec, threads, log' at screen 0.75,0.89 left top vertical Left reverse noenhanced font ',12' samplen 1.6 spacing 1.15
set rmargin at screen 0.74
unset logscale y
set yrange [0:100]
set ytics ('0' 0, '20' 20, '40' 40, '60' 60, '80' 80, '100' 100)
set ylabel 'recovery time (ms)' noenhanced
unset logscale x
set xrange [-0.6:6.6]
set xtics ('list' 0, 'scan' 1, 'rewrite' 2, 'read' 3, 'decompress' 4, 'deliver' 5, 'total' 6)
set xlabel 'phase' noenhanced
set bmargin at screen 0.175
set xlabel offset 0,0.3
set boxwidth 0.092
set style fill solid 1.0 noborder
plot 'phases.csv' skip 1 using ($1==0?$11:NaN):7 with boxes linecolor rgb '#0072B2' fillstyle solid 1.0 noborder title 'none, threads 1, log 16MiB' noenhanced, \
     'phases.csv' skip 1 using ($1==0?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'phases.csv' skip 1 using ($1==1?$11:NaN):7 with boxes linecolor rgb '#E69F00' fillstyle solid 1.0 noborder title 'none, threads 1, log 64MiB' noenhanced, \
     'phases.csv' skip 1 using ($1==1?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'phases.csv' skip 1 using ($1==2?$11:NaN):7 with boxes linecolor rgb '#009E73' fillstyle solid 1.0 noborder title 'none, threads 2, log 16MiB' noenhanced, \
     'phases.csv' skip 1 using ($1==2?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'phases.csv' skip 1 using ($1==3?$11:NaN):7 with boxes linecolor rgb '#D55E00' fillstyle solid 1.0 noborder title 'none, threads 2, log 64MiB' noenhanced, \
     'phases.csv' skip 1 using ($1==3?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'phases.csv' skip 1 using ($1==4?$11:NaN):7 with boxes linecolor rgb '#CC79A7' fillstyle solid 1.0 noborder title 'lz4, threads 1, log 16MiB' noenhanced, \
     'phases.csv' skip 1 using ($1==4?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'phases.csv' skip 1 using ($1==5?$11:NaN):7 with boxes linecolor rgb '#56B4E9' fillstyle solid 1.0 noborder title 'lz4, threads 1, log 64MiB' noenhanced, \
     'phases.csv' skip 1 using ($1==5?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'phases.csv' skip 1 using ($1==6?$11:NaN):7 with boxes linecolor rgb '#000000' fillstyle solid 1.0 noborder title 'lz4, threads 2, log 16MiB' noenhanced, \
     'phases.csv' skip 1 using ($1==6?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle, \
     'phases.csv' skip 1 using ($1==7?$11:NaN):7 with boxes linecolor rgb '#0072B2' fillstyle pattern 4 noborder title 'lz4, threads 2, log 64MiB' noenhanced, \
     'phases.csv' skip 1 using ($1==7?$11:NaN):8:(0):($9-$8) with vectors heads size screen 0.005,90 nofilled linecolor rgb '#333333' notitle
